export { bornOnDays } from "./birthdays.js";
export { before, type Duration, daysAfter, daysBetween, daysFrom, forward, isDay, parseDuration, weekdayOf } from "./days.js";
export { type FestivalId, festivalIn, festivals, festivalsOn } from "./festivals.js";
export { lunarMonths, lunarOf } from "./lunar.js";
export { type Calendar, calendarIn, calendarOf, lastWorkday } from "./workdays.js";

export { type BirthdayCalendar, birthdayIn, bornOnDays } from "./birthdays.js";
export { before, type Duration, daysAfter, daysBetween, daysFrom, forward, isDay, parseDuration, weekdayOf } from "./days.js";
export { type Festival, type FestivalId, festivalIn, festivals, festivalsOn } from "./festivals.js";
export { type HolidayYear, readHolidays } from "./holidays.js";
export { type LunarDay, type LunarMonth, lunarMonths, lunarOf, solarOf } from "./lunar.js";
export { type Calendar, calendarIn, calendarOf } from "./workdays.js";

import type { Phrase } from "../ui/phrase.js";

/** Who is near a better tier. */
export const nearTexts = {
  "near.open": { zh: "谁接近上一层级", en: "Who is near a better tier" },
  "near.question": { zh: "{{title}}：谁接近上一层级？", en: "{{title}}: who is near a better tier?" },
  "near.answer": {
    zh: "{{number}} 位客户只差 {{share}} 以内。若全部提升：{{rise}}。",
    en: "{{number}} customers are within {{share}} of a better tier. If all rose: {{rise}}.",
    one: "{{number}} customer is within {{share}} of a better tier. If risen: {{rise}}.",
  },
  "near.answer_none": { zh: "没有客户与上一层级只差 {{share}} 以内。", en: "Nobody is within {{share}} of a better tier." },
  "near.rise": { zh: "{{tier}} +{{number}}", en: "+{{number}} {{tier}}" },
  "near.rise_contacts": { zh: "每月联系 {{change}} 次", en: "contacts a month {{change}}" },
  "near.rise_hours": { zh: "每月工时 {{change}} 小时", en: "hours a month {{change}}" },
  "near.rise_cost": { zh: "每年礼品 +{{money}}", en: "gifts a year +{{money}}" },
  "near.comma": { zh: "，", en: ", " },
  "near.within": { zh: "相差不超过", en: "Within" },
  "near.tier": { zh: "可升到", en: "Would rise to" },
  "near.measure": { zh: "凭哪项指标", en: "By which measure" },
  "near.every_measure": { zh: "全部指标", en: "Every measure" },
  "near.ways": { zh: "凭哪项指标，升到哪一层", en: "By which measure, to which tier" },
  "near.ways_note": {
    zh: "只动一项指标，其余不变；同一客户可能有多条途径。",
    en: "One measure moves and all else stays; a customer may have several ways.",
  },
  "near.of_tier": { zh: "{{measure}}，{{tier}}：{{number}} 位", en: "{{measure}}, {{tier}}: {{number}}" },
  "near.brings": { zh: "若全部提升", en: "If all of them rose" },
  "near.value": {
    zh: "这些客户现在合计 {{now}}（{{measure}}）；目标层级同样人数的平均水平为 {{there}}。",
    en: "{{measure}} of these customers is {{now}} now; as many have {{there}} on average in the tiers they would rise to.",
  },
  "near.customers": { zh: "最接近的客户", en: "The nearest customers" },
  "near.now": { zh: "现在", en: "Now" },
  "near.way": { zh: "差多少", en: "What is missing" },
  "near.from_to": { zh: "{{measure}} {{from}} → {{to}}", en: "{{measure}} {{from}} → {{to}}" },
  "near.distance": { zh: "差 {{share}}", en: "{{share}} apart" },
  "near.distance_least": { zh: "差不到 {{share}}", en: "less than {{share}} apart" },
  "near.empty": { zh: "没有这样的客户", en: "There are no such customers" },
  "near.empty_hint": { zh: "放宽相差的比例，或清除筛选。", en: "Widen the step, or clear the filters." },
  "near.back": { zh: "返回模型", en: "Back to the model" },
} as const satisfies Record<string, Phrase>;

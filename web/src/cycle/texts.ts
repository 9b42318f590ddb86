import type { Phrase } from "../ui/phrase.js";

export const cycleTexts = {
  "cycle.question": { zh: "今天的流程跑完了吗？", en: "Has the day's cycle run?" },
  "cycle.answer": { zh: "{{day}}：{{state}}，{{steps}} 步中完成 {{done}} 步。", en: "{{day}}: {{state}}, {{done}} of {{steps}} steps done." },
  "cycle.start": { zh: "运行今天的流程", en: "Run today's cycle" },
  "cycle.may_not": { zh: "您的角色不能运行每日流程。", en: "Your role may not run the daily cycle." },
  "cycle.none": { zh: "还没有运行过每日流程", en: "The daily cycle has not run yet" },
  "cycle.none_hint": {
    zh: "流程依次分层、指派客户经理、安排任务、准备消息。运行一次，今日任务就有了。",
    en: "It grades customers, assigns managers, plans tasks and prepares messages, in that order. Run it once and the day has its tasks.",
  },
  "cycle.by": { zh: "由 {{who}} 发起", en: "started by {{who}}" },
  "cycle.steps": { zh: "{{day}} 的步骤", en: "Steps of {{day}}" },
  "cycle.step": { zh: "步骤", en: "Step" },
  "cycle.state": { zh: "状态", en: "State" },
  "cycle.waiting": { zh: "等待", en: "Waiting" },
  "cycle.counts": { zh: "结果", en: "What it did" },
  "cycle.started": { zh: "开始", en: "Started" },
  "cycle.took": { zh: "用时", en: "Took" },
  "cycle.job_done": { zh: "各步的结果在下面。", en: "What each step did stands below." },
  "cycle.hours": { zh: "自动运行", en: "Automatic start" },
  "cycle.by_itself": { zh: "每天自动运行", en: "Run every day" },
  "cycle.starts_at": { zh: "每天 {{time}} 自动运行", en: "Runs every day at {{time}}" },
  "cycle.by_hand": { zh: "不自动运行，由人发起", en: "Only when somebody starts it" },
  "cycle.at": { zh: "开始时间", en: "at" },
  "cycle.save": { zh: "保存", en: "Save" },
  "cycle.clock": { zh: "按工作区时间（{{zone}}）", en: "on the workspace's clock ({{zone}})" },
} as const satisfies Record<string, Phrase>;

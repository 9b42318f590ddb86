import "../ui/no-eval.js";

import { roleLabels } from "../../../src/access/schema.js";
import { useWords } from "../ui/words.js";

/** Who did something, as people are told: a login, and a word for the machine's own. */
export function useWho(): (login: string) => string {
  const { say } = useWords();
  return (login) => (login === "operator" ? say(roleLabels.operator) : login);
}

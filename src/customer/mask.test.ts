import fc from "fast-check";
import { expect, test } from "vitest";
import { mask } from "./mask.js";

test("masked values stay recognisable", () => {
  expect(mask("name", "欧阳小红")).toBe("欧***");
  expect(mask("name", "Ann Lee")).toBe("A** ***");
  expect(mask("phone", "13800001234")).toBe("138****1234");
  expect(mask("email", "someone@example.com")).toBe("s***@example.com");
  expect(mask("id_number", "110101190001010000")).toBe("1101************00");
});

test("no phone or ID number of any length survives its mask", () => {
  const digits = fc.stringMatching(/^\d{1,24}$/);
  fc.assert(fc.property(fc.constantFrom("phone" as const, "id_number" as const), digits, (kind, value) => mask(kind, value).includes("*")));
});

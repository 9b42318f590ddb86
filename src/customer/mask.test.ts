import fc from "fast-check";
import { expect, test } from "vitest";
import { mask, maskRow } from "./mask.js";

test("masked values stay recognisable", () => {
  expect(mask("name", "欧阳小红")).toBe("欧***");
  expect(mask("name", "Ann Lee")).toBe("A** ***");
  expect(mask("name", "李")).toBe("*");
  expect(mask("name", "A ")).toBe("*");
  expect(mask("birthday", "1987-06-05")).toBe("1987");
  expect(mask("account", "6222021234567890")).toBe("************7890");
  expect(mask("phone", "13800001234")).toBe("138****1234");
  expect(mask("email", "someone@example.com")).toBe("s***@example.com");
  expect(mask("id_number", "110101190001010000")).toBe("1101************00");
});

test("a row shows nothing that names a person, and the rest as it is", () => {
  expect(maskRow("balance", { on_date: "2024-01-01", account_ref: "12345678", kind: "deposit", amount: "1" })).toEqual({
    on_date: "2024-01-01",
    account_ref: "********",
    kind: "deposit",
    amount: "1",
  });
  expect(maskRow("holding", { holding_ref: null, kind: "loan" })).toEqual({ holding_ref: null, kind: "loan" });
  expect(maskRow("interaction", { kind: "call", subject: "about Ann Lee" })).toEqual({ kind: "call", subject: "***" });
  expect(maskRow("attribute", { name: "employer", text_value: "Lee & Sons", number_value: null })).toEqual({
    name: "employer",
    text_value: "***",
    number_value: null,
  });
});

test("no name, account, phone or ID number of any length survives its mask", () => {
  const digits = fc.stringMatching(/^\d{1,24}$/);
  fc.assert(
    fc.property(fc.constantFrom("phone" as const, "id_number" as const, "account" as const, "name" as const), digits, (kind, value) =>
      mask(kind, value).includes("*"),
    ),
  );
});

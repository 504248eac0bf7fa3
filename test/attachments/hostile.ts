/** Texts that platforms, spreadsheets and pages could take for more than text. */
import fc from "fast-check";

const pieces = [
  ..."|*_`[]()<>~#&$!@\\\"';,=+-\t\r\n ab",
  "http://a.example",
  "www.a.example",
  "a@b.example",
  "<b>",
  "<!--",
  "&amp;",
  "![x](y)",
  "- [ ] ",
  "=1+1",
  "＝1",
  "@SUM(A1)",
  "```",
  "\u202e",
  "\u0007",
  "日本",
  "😀",
  "\ud800",
];

export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), { maxLength: 12 })
  .map((parts) => parts.join(""));

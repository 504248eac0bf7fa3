import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { vmsCsv } from "../../src/attachments/csv.ts";
import { evidenceWord } from "../../src/messages/report-vms.ts";
import type { VmVerdict } from "../../src/records/watch.ts";
import { failedRun, upVm } from "./facts.ts";

const page = readFileSync(new URL("../../src/attachments/README.md", import.meta.url), "utf8");
const marked = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
const rows = page.split("\n").filter((line) => line.startsWith("| `"));

it("the page names each column of the table, in their order", () => {
  const [head = ""] = vmsCsv(failedRun, { shown: (at) => at })
    .replace(/^\ufeff/, "")
    .split("\r\n");
  expect(rows.flatMap((row) => marked(row.split("|")[1] ?? ""))).toEqual(head.split(","));
});

it("and each word for the evidence", () => {
  const verdicts: readonly VmVerdict["is"][] = ["seen", "word", "not-known", "not-so"];
  const words = [...verdicts, undefined].map((evidence) =>
    evidenceWord(upVm("a", evidence === undefined ? { evidence } : { evidence })),
  );
  const told = rows.find((row) => row.startsWith("| `evidence`")) ?? "";
  expect(marked(told.split("|")[2] ?? "").sort()).toEqual(words.sort());
});

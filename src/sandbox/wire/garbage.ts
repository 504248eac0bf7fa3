/** Answers that make no sense, each of another kind. None of them may bring a client down. */
import type { Raw } from "../api/negotiate.ts";

const html = (status: number, body: string): Raw => ({
  status,
  headers: { "Content-Type": "text/html" },
  body,
});
const xml = (body: string): Raw => ({
  status: 200,
  headers: { "Content-Type": "application/xml; charset=utf-8" },
  body,
});
const json = (body: string): Raw => ({
  status: 200,
  headers: { "Content-Type": "application/json" },
  body,
});

const proxyPage = html(
  200,
  "<!DOCTYPE html><html><body><h1>Please sign in to the guest network</h1></body></html>",
);
const badGateway = html(502, "<html><body>Bad Gateway</body></html>");
const elsewhere: Raw = {
  status: 302,
  headers: { Location: "https://evil.example/api/" },
  body: "",
};

const entityBomb = `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a0 "ha">${Array.from(
  { length: 30 },
  (_, depth) => `<!ENTITY a${depth + 1} "&a${depth};&a${depth};">`,
).join("")}]><QueryResult><Entities>&a30;</Entities></QueryResult>`;

const nestedXml = `${"<a>".repeat(20_000)}${"</a>".repeat(20_000)}`;
const nestedJson = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;

const xmlKinds: readonly Raw[] = [
  proxyPage,
  xml(""),
  xml('<?xml version="1.0"?><QueryResult><Entities><CloudFailoverSes'),
  badGateway,
  xml(entityBomb),
  xml(nestedXml),
  elsewhere,
  xml("<Surprise><Instead of='it' /></Surprise>"),
  xml(
    "<CloudFailoverSession><State></State><Progress>many</Progress><CreationTimeUTC>yesterday</CreationTimeUTC></CloudFailoverSession>",
  ),
  json('{"Refs":"none"}'),
];

const jsonKinds: readonly Raw[] = [
  proxyPage,
  json(""),
  json('{"Entities":{"CloudFailoverSessions":{"CloudFailoverSe'),
  badGateway,
  json("null"),
  json(nestedJson),
  elsewhere,
  json('"surprise"'),
  json(
    '{"Entities":{"CloudFailoverSessions":{"CloudFailoverSessions":[{"Progress":"many","Links":7}]}},"PagingInfo":[]}',
  ),
  xml("<Surprise />"),
];

export function nonsense(turn: number, isJson: boolean): Raw {
  const kinds = isJson ? jsonKinds : xmlKinds;
  return kinds[turn % kinds.length] ?? proxyPage;
}

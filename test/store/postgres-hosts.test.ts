import { expect, it } from "vitest";
import { eachHost, hostNames, joinedHosts } from "../../src/store/postgres-hosts.ts";

it.each([
  ["postgres://db/bot", ["postgres://db/bot"]],
  [
    "postgres://bot:a%2Cb@a:5432,b:5433/bot?options=-csearch_path%3Dx,y",
    [
      "postgres://bot:a%2Cb@a:5432/bot?options=-csearch_path%3Dx,y",
      "postgres://bot:a%2Cb@b:5433/bot?options=-csearch_path%3Dx,y",
    ],
  ],
])("%s is %j, one for each host, and both are the same", (address, each) => {
  expect(eachHost(address)).toEqual(each);
  expect(joinedHosts(each.map((one) => new URL(one)))).toBe(address);
});

it("hosts are named with their ports, and without a user", () => {
  const urls = eachHost("postgres://bot:secret@a,b:5433/bot").map((one) => new URL(one));
  expect(hostNames(urls)).toBe("a,b:5433");
});

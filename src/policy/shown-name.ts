/** How people are called on cards: each by one name, and no two by the same. Pure. */
import type { Person } from "../chat/port.ts";
import { fold } from "../chat/same-name.ts";
import { nameIn } from "./decide.ts";
import type { Policy } from "./policy.ts";

/**
 * The policy's name first, else what the platform shows. Who calls himself or herself as the policy
 * calls somebody else has the id beside it.
 */
export function shownAs({ people }: Policy, person: Person): Person {
  const own = nameIn(people, person);
  if (own !== undefined) return { ...person, name: own };
  const isTaken = Object.keys(people).some((name) => readAlike(name, person.name));
  return isTaken ? withId(person) : person;
}

/** With the id beside the name where it would read like that of one of the others. */
export function toldApart(person: Person, others: readonly Person[]): Person {
  return others.some((other) => !isSame(person, other) && readAlike(person.name, other.name))
    ? withId(person)
    : person;
}

const readAlike = (one: string, other: string) => fold(one) === fold(other);

const isSame = (one: Person, other: Person) =>
  one.platform === other.platform && one.id === other.id;

const withId = (person: Person): Person => ({ ...person, name: `${person.name} (${person.id})` });

/**
 * Buttons, and the forms that some of them open. A form travels in its button, so that it opens
 * within Slack's three seconds without anything being looked up, also after a restart.
 */

import type { types } from "@slack/bolt";
import * as v from "valibot";
import type { Button, Form, Place } from "../../src/chat/port.ts";
import { fitted, plainText } from "./text.ts";

const mostInLabel = 75;
const mostInFormTitle = 24;
const mostInFormWords = 100;

const carriedForm = v.object({
  token: v.string(),
  title: v.string(),
  label: v.string(),
  hint: v.optional(v.string()),
  submit: v.string(),
});

export type CarriedForm = v.InferOutput<typeof carriedForm>;

const carried = (token: string, { title, label, hint, submit }: Form): CarriedForm => ({
  token,
  title: fitted(title, mostInFormTitle),
  label: fitted(label, mostInFormWords),
  ...(hint === undefined ? {} : { hint: fitted(hint, mostInFormWords) }),
  submit: fitted(submit, mostInFormTitle),
});

/** `ask-…` opens a form, `press-…` is a press. Slack wants different ids within one block. */
export function slackButton({ label, token, style, asks }: Button, index: number): types.Button {
  return {
    type: "button",
    action_id: `${asks ? "ask" : "press"}-${index}`,
    text: plainText(label, mostInLabel),
    value: asks ? JSON.stringify(carried(token, asks)) : token,
    ...(style === "plain" ? {} : { style }),
  };
}

/** The form in a button's value; nothing where the value is not one of ours. */
export function formIn(value: string): CarriedForm | undefined {
  try {
    return v.parse(carriedForm, JSON.parse(value));
  } catch {
    return undefined;
  }
}

const origin = v.object({
  token: v.string(),
  channel: v.string(),
  thread: v.optional(v.string()),
});

/** What a submitted form answers: which button, and where it stood. */
export type FormOrigin = v.InferOutput<typeof origin>;

export const inputBlock = "answer";
export const inputAction = "text";

export function modal(form: CarriedForm, { channel, thread }: Place): types.ModalView {
  const from: FormOrigin = {
    token: form.token,
    channel,
    ...(thread === undefined ? {} : { thread }),
  };
  return {
    type: "modal",
    callback_id: "form",
    private_metadata: JSON.stringify(from),
    title: plainText(form.title, mostInFormTitle),
    submit: plainText(form.submit, mostInFormTitle),
    close: plainText("Back", mostInFormTitle),
    blocks: [
      {
        type: "input",
        block_id: inputBlock,
        label: plainText(form.label, 2 * mostInFormWords),
        element: {
          type: "plain_text_input",
          action_id: inputAction,
          max_length: 1000,
          focus_on_load: true,
        },
        ...(form.hint === undefined ? {} : { hint: plainText(form.hint, 2 * mostInFormWords) }),
      },
    ],
  };
}

/** Throws where the metadata is not ours. */
export const originIn = (metadata: string): FormOrigin => v.parse(origin, JSON.parse(metadata));

/** What people answer to a question of yes or no, and no bot should act on. */

const WORDS = [
  "y|yes|yeah|yea|yep|yup|ja|oui|k|ok|okay|sure|please|pls|lgtm|agreed|proceed",
  "go|go ahead|do it|approved?|accept(?:ed)?|confirm(?:ed)?",
  "n|no|nope|nah|nein|non",
  "(?:👍|✅|👌|👎|❌)\\p{Emoji_Modifier}?|\\+1|-1|:(?:\\+1|-1|thumbsup|thumbsdown|white_check_mark|ok_hand):",
];
const BARE_ANSWER = new RegExp(`^(?:(?:${WORDS.join("|")})(?:$|[\\s,.!]+))+$`, "iu");

/** `yes`, `ok, go ahead!`, `confirm` without a name. */
export const isBareAnswer = (text: string): boolean => BARE_ANSWER.test(text.trim());

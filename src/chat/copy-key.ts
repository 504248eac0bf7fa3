/** The key of the copy of a thread line that its channel shows too, where that is a message. */
export const copyKey = (key: string): string => `${key} in the channel`;

import { doctorCard } from "../messages/doctor.ts";
import { botName } from "../version.ts";
import { command, nothing } from "./command.ts";

export const doctor = command({
  name: "doctor",
  usage: "",
  summary: "looks at settings, EM, state and chat platforms, and says what to cure",
  options: [],
  details: [
    "It changes nothing. Where the bot does not start, npm run doctor does the same in a shell.",
  ],
  section: "keep",
  permission: "order",
  parse: nothing,
  run: async (_, { diagnose }) => ({
    is: "reply",
    card: doctorCard(await diagnose(), botName),
    audience: "sender",
  }),
});

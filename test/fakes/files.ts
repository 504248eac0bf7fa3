/** Files of reports where nobody looks into them. */
import type { Pictures } from "../../src/attachments/picture/pictures.ts";
import type { RunFacts } from "../../src/report/facts.ts";
import type { FileMaker } from "../../src/speech/file-maker.ts";

/** As bytes of a file, what it is of. */
export const barePictures: Pick<Pictures, "png"> = {
  png: async ({ run }: RunFacts) => Buffer.from(`picture of ${run}`),
};

export const bareFiles: FileMaker = {
  make: async ({ report, as }) => ({ bytes: Buffer.from(`${as} of ${report}`) }),
};

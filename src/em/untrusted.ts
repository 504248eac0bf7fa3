/** Why EM's certificate is not trusted, and what cures that, in the words of a failure. */
import type { UntrustedError } from "./tls.ts";

/** `why` ends a sentence; `advice` goes on from there. */
export interface Distrusted {
  readonly why: string;
  readonly advice: string;
}

/**
 * `cure`: the best one, where it is not to trust this very certificate. `authority`: what may stand
 * in EM_CA_FILE instead.
 */
interface Meaning {
  readonly why: string;
  readonly cure?: string;
  readonly authority?: string;
}

export function distrusted(error: UntrustedError): Distrusted {
  const { why, cure, authority } = meaningOf(error);
  const check = `Its SHA-256 fingerprint is ${error.shown.fingerprint}. Compare it with the certificate on the EM server; if it is the same,`;
  const first = cure === undefined ? "" : `; ${cure}`;
  return { why, advice: `${first}. ${check} ${trusting(error, authority)}` };
}

/** EM_CA_FILE and EM_FINGERPRINT are not taken together. */
function trusting({ reason, byCaFile }: UntrustedError, authority: string | undefined): string {
  if (reason === "pin")
    return "add it to EM_FINGERPRINT, which takes several with a comma between: so an EM that is renewed, or a second one, is trusted too";
  const pin = `set EM_FINGERPRINT to it${byCaFile ? " in place of EM_CA_FILE" : ""}`;
  if (authority === undefined) return pin;
  return byCaFile
    ? `${pin}, or add ${authority} to the file of EM_CA_FILE`
    : `${pin}, or EM_CA_FILE to a file with ${authority}`;
}

function meaningOf({ reason, shown, byCaFile }: UntrustedError): Meaning {
  const { issuer, names, validFrom, validTo, rsaBits } = shown;
  switch (reason) {
    case "pin":
      return { why: "it is none of those that EM_FINGERPRINT names" };
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return {
        why: "it was issued for another name than the one in EM_URL",
        ...(names.length > 0
          ? { cure: `write in EM_URL what it was issued for: ${listed(names)}` }
          : {}),
      };
    case "CERT_HAS_EXPIRED":
      return {
        why: `it has expired, or that of its issuer has (its own ends ${validTo})`,
        cure: "renew it on the EM server; trust it as it is only until then",
      };
    case "CERT_NOT_YET_VALID":
      return {
        why: `it is not valid yet, or that of its issuer is not (its own begins ${validFrom}); check the clocks`,
        cure: "have both machines set their clocks by a time server",
      };
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return { why: "it is self-signed", authority: "this certificate" };
    case "weak-key":
      return {
        why: `its RSA key has ${rsaBits} bits, and fewer than 2048 are too weak`,
        cure: "give EM a certificate with a longer key; trust this one only until then",
      };
    case "UNSPECIFIED":
      return {
        why: "its signature, or the key of its issuer, is too weak",
        cure: "give EM a certificate of today's strength; trust this one only until then",
      };
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return {
        why: `nothing here knows who issued it${byCaFile ? ", not EM_CA_FILE either" : ""}`,
        authority: `the certificate of its issuer, "${short(issuer)}"`,
      };
    default:
      return { why: `OpenSSL refuses it (${reason})` };
  }
}

const MOST_NAMES = 3;

const listed = (names: readonly string[]) => {
  const more = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).map(short).join(", ");
  return more > 0 ? `${shown} or ${more} more` : shown;
};

/** What stands in a certificate is nobody's word. */
const short = (name: string) => name.replaceAll(/[\s\p{Cc}]+/gu, " ").slice(0, 100);

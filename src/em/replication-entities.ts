/** The shapes of replication: sessions of jobs and of CDP policies, and the VMs in them. */

import { beforeAt, common, result, serverOf } from "./entities.ts";
import {
  countField,
  entity,
  FieldError,
  flag,
  guidIn,
  idOf,
  instantField,
  known,
  links,
  linkTo,
  made,
  moment,
  percent,
  remark,
  text,
  word,
} from "./fields.ts";
import type { ReplicationKind, ReplicationSession, ReplicationTask } from "./types.ts";

export const replicationSession = (kind: ReplicationKind) =>
  made(
    entity({
      ...common,
      JobUid: text,
      JobName: text,
      PolicyUid: text,
      PolicyName: text,
      CreationTimeUTC: instantField,
      EndTimeUTC: moment,
      State: word("Starting", "Stopping", "Working", "Pausing", "Resuming", "Stopped"),
      Result: result,
      Progress: percent,
      FailureMessage: remark,
      IsRetry: flag,
    }),
    (em): ReplicationSession => {
      const jobId = guidIn(em.JobUid) ?? guidIn(em.PolicyUid);
      return known({
        id: idOf(em),
        name: em.Name,
        kind,
        job: jobId ? { id: jobId, name: em.JobName || em.PolicyName } : undefined,
        backupServer: serverOf(em.Links),
        createdAt: em.CreationTimeUTC,
        endedAt: em.EndTimeUTC,
        state: em.State,
        result: em.Result,
        progress: em.Progress,
        failureMessage: em.FailureMessage,
        retry: em.IsRetry,
      });
    },
  );

export const replicationTask = (kind: ReplicationKind) =>
  made(
    entity({
      ...common,
      VmDisplayName: text,
      JobSessionUid: text,
      PolicySessionUid: text,
      CreationTimeUTC: instantField,
      EndTimeUTC: moment,
      State: word("InProgress", "Pending", "Completed"),
      Result: result,
      Reason: remark,
      TotalSize: countField,
    }),
    (em): ReplicationTask =>
      known({
        id: idOf(em),
        name: em.Name,
        kind,
        vm: em.VmDisplayName || beforeAt(em.Name),
        sessionId: guidIn(em.JobSessionUid) ?? guidIn(em.PolicySessionUid),
        createdAt: em.CreationTimeUTC,
        endedAt: em.EndTimeUTC,
        state: em.State,
        result: em.Result,
        reason: em.Reason,
        totalBytes: em.TotalSize,
      }),
  );

/**
 * Where EM keeps the VMs of a replication session; its documentation spells that address in two
 * ways.
 */
export const tasksOfSession = made(entity({ Links: links }), (em): string => {
  const down = linkTo(em.Links, "Down", /repl?icaTaskSession/i);
  if (!down) throw new FieldError("has no link to its VMs");
  return down.Href;
});

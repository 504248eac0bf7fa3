/**
 * The tables in Postgres, and the function by which they are written. A group of commits is one call
 * of it, one way there and back: all in one transaction, each commit all or nothing on its own.
 *
 * It refuses where another epoch is in force than the caller's: another process leads then. An epoch
 * that a server has lost may be given twice; so each lead has a name of its own, its term. A group
 * has a number, one higher than the last; the last one, asked for again as its answer was lost, is
 * answered as it was, and a late one that others have overtaken is refused. So is one of a leader that
 * was told of commits as done which are not there: a replica was promoted that lacked them.
 *
 * Keys are bytes, since text in Postgres holds no NUL, and are sorted as SQLite does. `found`: by
 * what texts in it a record is found, as `field=text`.
 */
export const DEPOSED = "another process leads since then";
export const BEHIND = "Postgres lacks commits that it had confirmed";

/** Whether a commit is confirmed only once a replica has it, too. */
export const SYNCHRONOUS = `(current_setting('synchronous_standby_names') <> ''
  AND current_setting('synchronous_commit') IN ('on', 'remote_apply', 'remote_write'))`;

/** Which server it is, and in which of its lives: a promoted replica and a restored copy begin a new one. */
export const SERVER = `((SELECT system_identifier FROM pg_control_system())::text || '-' ||
  substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))`;

export const SCHEMA = `
CREATE TABLE IF NOT EXISTS records (
  namespace text NOT NULL, key bytea NOT NULL, envelope text NOT NULL, expires bigint,
  found text[] NOT NULL, PRIMARY KEY (namespace, key));
CREATE TABLE IF NOT EXISTS queues (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, namespace text NOT NULL,
  envelope text NOT NULL, found text[] NOT NULL);
CREATE TABLE IF NOT EXISTS chains (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, namespace text NOT NULL,
  envelope text NOT NULL, hash text NOT NULL);
CREATE INDEX IF NOT EXISTS record_found ON records USING gin (found);
CREATE INDEX IF NOT EXISTS queue_found ON queues USING gin (found);
CREATE INDEX IF NOT EXISTS record_expiry ON records (expires) WHERE expires IS NOT NULL;
CREATE INDEX IF NOT EXISTS queue_order ON queues (namespace, seq);
CREATE INDEX IF NOT EXISTS chain_order ON chains (namespace, seq);
CREATE TABLE IF NOT EXISTS leadership (
  one boolean PRIMARY KEY DEFAULT true CHECK (one), epoch bigint NOT NULL,
  host text NOT NULL, beat timestamptz NOT NULL DEFAULT now(),
  written bigint NOT NULL DEFAULT 0, answer jsonb);
ALTER TABLE leadership
  ADD COLUMN IF NOT EXISTS term text, ADD COLUMN IF NOT EXISTS server text,
  ADD COLUMN IF NOT EXISTS synchronous boolean NOT NULL DEFAULT false,
  ADD COLUMN IF NOT EXISTS format integer, ADD COLUMN IF NOT EXISTS found_by jsonb;
CREATE TABLE IF NOT EXISTS processes (
  id text PRIMARY KEY, host text NOT NULL, at timestamptz NOT NULL DEFAULT now(),
  settings jsonb NOT NULL);

CREATE OR REPLACE FUNCTION write_one(change jsonb, at bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  name text := change ->> 'in';
  id bytea := decode(change ->> 'key', 'hex');
  body text := change ->> 'envelope';
  was text := change ->> 'was';
  goes bigint := (change ->> 'expires')::bigint;
  texts text[] := ARRAY(SELECT jsonb_array_elements_text(change -> 'found'));
  rows bigint;
  more bigint := 0;
  given bigint;
BEGIN
  CASE change ->> 'does'
  WHEN 'append' THEN
    INSERT INTO queues (namespace, envelope, found) VALUES (name, body, texts) RETURNING seq INTO given;
    RETURN given::text;
  WHEN 'chain' THEN
    INSERT INTO chains (namespace, envelope, hash) VALUES (name, body, encode(sha256(convert_to(
      coalesce((SELECT hash FROM chains WHERE namespace = name ORDER BY seq DESC LIMIT 1), '')
      || E'\\n' || body, 'UTF8')), 'hex'));
    RETURN 'yes';
  WHEN 'put' THEN
    IF was IS NULL THEN
      INSERT INTO records VALUES (name, id, body, goes, texts)
        ON CONFLICT (namespace, key) DO UPDATE
        SET envelope = excluded.envelope, expires = excluded.expires, found = excluded.found;
    ELSE
      UPDATE records SET envelope = body, expires = goes, found = texts
        WHERE namespace = name AND key = id AND envelope = was AND (expires IS NULL OR expires > at);
    END IF;
  WHEN 'insert' THEN
    INSERT INTO records VALUES (name, id, body, goes, texts)
      ON CONFLICT (namespace, key) DO UPDATE
      SET envelope = excluded.envelope, expires = excluded.expires, found = excluded.found
      WHERE records.expires <= at;
  ELSE
    DELETE FROM records WHERE namespace = name AND key = id AND envelope = coalesce(was, envelope)
      AND (expires IS NULL OR expires > at);
    GET DIAGNOSTICS more = ROW_COUNT;
    DELETE FROM queues WHERE namespace = name AND seq = (change ->> 'seq')::bigint
      AND envelope = coalesce(was, envelope);
  END CASE;
  GET DIAGNOSTICS rows = ROW_COUNT;
  RETURN CASE WHEN rows + more > 0 THEN 'yes' ELSE 'no' END;
END $$;

CREATE OR REPLACE FUNCTION write_commit(changes jsonb, at bigint) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  change jsonb;
  told text;
  answers jsonb := '[]';
  lacks boolean := false;
BEGIN
  FOR change IN SELECT jsonb_array_elements(changes) LOOP
    told := write_one(change, at);
    answers := answers || to_jsonb(told);
    lacks := lacks OR (told = 'no' AND (change -> 'require')::boolean);
  END LOOP;
  IF lacks THEN RAISE EXCEPTION USING ERRCODE = 'FB001', DETAIL = answers::text; END IF;
  RETURN jsonb_build_object('done', true, 'told', answers);
EXCEPTION WHEN SQLSTATE 'FB001' THEN
  RETURN jsonb_build_object('done', false, 'told', answers);
END $$;

CREATE OR REPLACE FUNCTION write_group(
  mine bigint, my_term text, number bigint, confirmed bigint, commits jsonb, at bigint)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  leads leadership%ROWTYPE;
  changes jsonb;
  told jsonb := '[]';
BEGIN
  SELECT * INTO leads FROM leadership FOR UPDATE;
  IF leads.epoch < mine THEN
    RAISE EXCEPTION USING ERRCODE = 'FB004', MESSAGE = '${BEHIND}';
  END IF;
  IF leads.epoch IS DISTINCT FROM mine OR leads.term IS DISTINCT FROM my_term THEN
    RAISE EXCEPTION USING ERRCODE = 'FB002', MESSAGE = '${DEPOSED}';
  END IF;
  IF leads.written < confirmed THEN
    RAISE EXCEPTION USING ERRCODE = 'FB004', MESSAGE = '${BEHIND}';
  END IF;
  IF number = leads.written THEN RETURN leads.answer; END IF;
  IF number < leads.written THEN
    RAISE EXCEPTION USING ERRCODE = 'FB003', MESSAGE = 'later commits have overtaken it';
  END IF;
  FOR changes IN SELECT jsonb_array_elements(commits) LOOP
    told := told || jsonb_build_array(write_commit(changes, at));
  END LOOP;
  UPDATE leadership SET written = number, answer = told, synchronous = ${SYNCHRONOUS};
  RETURN told;
END $$;
`;

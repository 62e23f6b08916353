import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';
import { Watch, type Watched } from './watch.ts';
import type { Which, World } from './world.ts';
import { patience } from '../support/patience.ts';

/** The minimum size of a trial. */
export interface Size {
  /** Sessions and keys to revoke in each of three phases: before the fault, around its begin, during it. */
  revoked: number;
  active: number;
  /** For each instance. */
  probes: number;
}

export interface Report {
  fault: string;
  proof: string;
  revoked: { before: number; around: number; during: number; acknowledged: number };
  active: number;
  probes: readonly [number, number];
  answers: Record<string, number>;
  revokedAccepted: number;
  activeRefused: number;
  violations: string[];
  /** Warnings in the logs, unless everything passed. */
  warnings: string[];
  seconds: number;
}

/** Milliseconds. */
const AROUND = 90;
const PROOF_LIMIT = patience(15_000);
const HOLD = 300;
const SETTLE = 700;
const PROBES_LIMIT = patience(120_000);
const CONCURRENT = 8;

/** Watches the service from before a fault strikes until after it is healed. */
export async function runTrial(world: World, fault: Fault, size: Size): Promise<Report> {
  const startedAt = performance.now();
  await world.waitUntilTrusted();
  const sessions = await world.subjects(3 * size.revoked + size.active);
  await fault.prepare?.(world);
  const phase = (at: number) => sessions.slice(at * size.revoked, (at + 1) * size.revoked);
  const [before, around, during] = [phase(0), phase(1), phase(2)];

  const watch = new Watch(world, sessions);
  await revokeAll(watch, before);
  const strikeAt = performance.now() + AROUND + 30;
  const revocations = around.map((session, at) =>
    revokeAt(watch, session, at, strikeAt + AROUND * ((2 * at) / size.revoked - 1)),
  );
  await sleepUntil(strikeAt);
  await fault.strike(world, watch);
  revocations.push(revokeAll(watch, during));
  const proof = await proven(world, watch, fault);
  await sleep(HOLD);
  await fault.heal?.(world, watch);
  await Promise.all(revocations);
  await world.waitUntilTrusted();
  await sleep(SETTLE);
  const deadline = performance.now() + PROBES_LIMIT;
  while (Math.min(...watch.probes) < size.probes && performance.now() < deadline) await sleep(50);
  await watch.stop();
  return {
    fault: fault.name,
    proof,
    revoked: {
      before: before.length,
      around: around.length,
      during: during.length,
      acknowledged: watch.acknowledged,
    },
    active: size.active,
    probes: watch.probes,
    answers: Object.fromEntries([...watch.answers].sort(([a], [b]) => a - b)),
    revokedAccepted: watch.revokedAccepted,
    activeRefused: watch.activeRefused,
    violations: watch.violations,
    warnings: isClean(watch) ? [] : world.instances.flatMap(({ warnings }) => warnings),
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
  };
}

/** Formats the reports for a terminal. */
export function toTable(reports: readonly Report[]): string {
  const rows = reports.map((report) => [
    report.fault,
    `${report.revoked.before}+${report.revoked.around}+${report.revoked.during}`,
    report.revoked.acknowledged,
    report.active,
    report.probes.join(' / '),
    ...[200, 401, 503].map((status) => report.answers[status] ?? 0),
    report.revokedAccepted,
    report.activeRefused,
    report.violations.length,
    report.proof,
  ]);
  const all = [HEADINGS, ...rows.map((row) => row.map(String))];
  const widths = HEADINGS.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  return all
    .map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '))
    .join('\n');
}

const HEADINGS = [
  'fault',
  'revoked before+around+during',
  'acknowledged',
  'active',
  'probes',
  '200',
  '401',
  '503',
  'revoked accepted',
  'active refused',
  'other violations',
  'proof',
];

async function revokeAll(watch: Watch, sessions: readonly Watched[]): Promise<void> {
  const waiting = sessions.map((session, at) => ({ session, at }));
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await watch.revoke(next.session, instanceFor(next.at));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, worker));
}

async function revokeAt(watch: Watch, session: Watched, at: number, time: number): Promise<void> {
  await sleepUntil(time);
  await watch.revoke(session, instanceFor(at));
}

function isClean({ revokedAccepted, activeRefused, violations }: Watch): boolean {
  return revokedAccepted + activeRefused + violations.length === 0;
}

function instanceFor(at: number): Which {
  return at % 2 === 0 ? 0 : 1;
}

async function proven(world: World, watch: Watch, fault: Fault): Promise<string> {
  const deadline = performance.now() + PROOF_LIMIT;
  for (;;) {
    try {
      return await fault.proof(world, watch);
    } catch (error) {
      if (performance.now() > deadline) {
        throw new Error(`${fault.name} had no effect`, { cause: error });
      }
      await sleep(100);
    }
  }
}

async function sleepUntil(time: number): Promise<void> {
  await sleep(Math.max(0, time - performance.now()));
}

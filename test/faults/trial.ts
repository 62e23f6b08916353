import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';
import { Watch, type Watched } from './watch.ts';
import type { Which, World } from './world.ts';
import { patience } from '../support/patience.ts';

/** How much a trial does at least. */
export interface Size {
  /** Sessions that are ended in each of three phases: before the fault, around it, during it. */
  ended: number;
  live: number;
  /** Of each instance. */
  probes: number;
}

export interface Report {
  fault: string;
  proof: string;
  ended: { before: number; around: number; during: number; acknowledged: number };
  live: number;
  probes: readonly [number, number];
  answers: Record<string, number>;
  revokedAccepted: number;
  liveRefused: number;
  violations: string[];
  /** Log lines, when anything went wrong. */
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

/** One fault from before it strikes until after it is healed, under watch. */
export async function runTrial(world: World, fault: Fault, size: Size): Promise<Report> {
  const startedAt = performance.now();
  await world.calm();
  const sessions = await world.subjects(3 * size.ended + size.live);
  await fault.prepare?.(world);
  const phase = (at: number) => sessions.slice(at * size.ended, (at + 1) * size.ended);
  const [before, around, during] = [phase(0), phase(1), phase(2)];

  const watch = new Watch(world, sessions);
  await endAll(watch, before);
  const strikeAt = performance.now() + AROUND + 30;
  const endings = around.map((session, at) =>
    endAt(watch, session, at, strikeAt + AROUND * ((2 * at) / size.ended - 1)),
  );
  await sleepUntil(strikeAt);
  await fault.strike(world, watch);
  endings.push(endAll(watch, during));
  const proof = await proven(world, watch, fault);
  await sleep(HOLD);
  await fault.heal?.(world, watch);
  await Promise.all(endings);
  await world.calm();
  await sleep(SETTLE);
  const deadline = performance.now() + PROBES_LIMIT;
  while (Math.min(...watch.probes) < size.probes && performance.now() < deadline) await sleep(50);
  await watch.stop();
  return {
    fault: fault.name,
    proof,
    ended: {
      before: before.length,
      around: around.length,
      during: during.length,
      acknowledged: watch.acknowledged,
    },
    live: size.live,
    probes: watch.probes,
    answers: Object.fromEntries([...watch.answers].sort(([a], [b]) => a - b)),
    revokedAccepted: watch.revokedAccepted,
    liveRefused: watch.liveRefused,
    violations: watch.violations,
    warnings: isClean(watch) ? [] : world.instances.flatMap(({ warnings }) => warnings),
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
  };
}

/** For a terminal. */
export function toTable(reports: readonly Report[]): string {
  const rows = reports.map((report) => [
    report.fault,
    `${report.ended.before}+${report.ended.around}+${report.ended.during}`,
    report.ended.acknowledged,
    report.live,
    report.probes.join(' / '),
    ...[200, 401, 503].map((status) => report.answers[status] ?? 0),
    report.revokedAccepted,
    report.liveRefused,
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
  'log-outs before+around+during',
  'acknowledged',
  'live',
  'probes',
  '200',
  '401',
  '503',
  'revoked accepted',
  'live refused',
  'other violations',
  'proof',
];

async function endAll(watch: Watch, sessions: readonly Watched[]): Promise<void> {
  const waiting = sessions.map((session, at) => ({ session, at }));
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await watch.end(next.session, instanceFor(next.at));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, worker));
}

async function endAt(watch: Watch, session: Watched, at: number, time: number): Promise<void> {
  await sleepUntil(time);
  await watch.end(session, instanceFor(at));
}

function isClean({ revokedAccepted, liveRefused, violations }: Watch): boolean {
  return revokedAccepted + liveRefused + violations.length === 0;
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
        throw new Error(`${fault.name} did not bite`, { cause: error });
      }
      await sleep(100);
    }
  }
}

async function sleepUntil(time: number): Promise<void> {
  await sleep(Math.max(0, time - performance.now()));
}

import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The slowest folders and files. If one of them started last, it would run alone at the end. Those in
 * the first lines mostly wait for time limits and leave the processors to others.
 */
const SLOWEST = [
  'test/faults/',
  'import/lifecycle',
  'import/killed-server',
  'operations/silent-network',
  'operations/stalled-reader',
  'sessions/shared-settings',
  'http/raw',
  'test/fuzz/',
  'browser',
  'test/console/',
  'test/contract/',
];

export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => rank(one) - rank(other));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const at = SLOWEST.findIndex((part) => moduleId.includes(part));
  return at === -1 ? SLOWEST.length : at;
}

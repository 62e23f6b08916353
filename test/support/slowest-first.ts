import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders and files that take longest. Begun last, one of them would run alone at the end. */
const SLOWEST = [
  'test/faults/',
  'test/fuzz/',
  'import/lifecycle',
  'test/contract/',
  'browser',
  'test/console/',
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

import { metadataRules } from '../../metadata.js';
import { damageOf } from './damage.js';
import type { ValueProblem } from './values.js';

/** The problem of a value of metadata, or undefined. */
export function metadataProblem(text: string): ValueProblem | undefined {
  const damage = damageOf('metadata', text);
  if (damage) return damage;
  const broken = metadataRules.value.find((rule) => !rule.accepts(text));
  return broken && { code: broken.code, detail: broken.detail };
}

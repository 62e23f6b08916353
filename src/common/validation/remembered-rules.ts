import { getMetadataStorage } from 'class-validator';

/**
 * Makes class-validator keep the rules of each DTO. It collects them from the rules of all classes,
 * at every validation: that took half of its time, and more with each new DTO. A rule that is added
 * later makes it collect all of them again. Further calls do nothing: the rules belong to the process,
 * which may run several applications.
 */
export function rememberRules(): void {
  const storage = getMetadataStorage();
  if (Object.hasOwn(storage, 'groupByPropertyName')) return;
  const add = storage.addValidationMetadata.bind(storage);
  const rules = remembered(storage.getTargetValidationMetadatas.bind(storage));
  const groups = remembered(storage.groupByPropertyName.bind(storage));
  storage.getTargetValidationMetadatas = rules.get;
  storage.groupByPropertyName = groups.get;
  storage.addValidationMetadata = (metadata) => {
    rules.forget(); // those of the groups belong to lists that nobody asks for any more
    add(metadata);
  };
}

/** @param collect whose result depends on its first argument: the others are the same everywhere */
function remembered<Key extends object, Others extends unknown[], Result>(
  collect: (key: Key, ...others: Others) => Result,
) {
  let known = new WeakMap<Key, Result>();
  return {
    forget: () => {
      known = new WeakMap();
    },
    get: (key: Key, ...others: Others): Result => {
      const result = known.get(key) ?? collect(key, ...others);
      known.set(key, result);
      return result;
    },
  };
}

import { Column, type ColumnOptions, type ValueTransformer } from 'typeorm';

type InstantOptions = Pick<ColumnOptions, 'name' | 'nullable' | 'default'>;

/** A column of times with milliseconds, as a `Date`. */
export function InstantColumn(options: InstantOptions): PropertyDecorator {
  return Column({ type: 'timestamptz', precision: 3, ...options });
}

/**
 * The same as text of RFC 3339, for columns that are inserted and read, because TypeORM converts only
 * read values to a `Date`.
 */
export function InstantTextColumn(options: InstantOptions): PropertyDecorator {
  return Column({ type: 'timestamptz', precision: 3, transformer: asText, ...options });
}

const asText: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: Date | string) => (value instanceof Date ? value.toISOString() : value),
};

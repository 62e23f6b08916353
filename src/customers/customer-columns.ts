import { Column } from 'typeorm';
import type { Metadata } from './metadata.js';

/** The columns of the fields that clients set. The staging table of imports has them as well. */
export abstract class CustomerColumns {
  /** The id of the customer in another system. */
  @Column('text', { name: 'external_id', nullable: true })
  externalId: string | null;

  @Column('text', { nullable: true })
  name: string | null;

  @Column('text', { nullable: true })
  email: string | null;

  /** `YYYY-MM-DD`. */
  @Column('date', { nullable: true })
  dob: string | null;

  /** ISO 3166-1 alpha-2, upper case. */
  @Column('text', { nullable: true })
  country: string | null;

  /** ISO 639-1, lower case. */
  @Column('text', { nullable: true })
  language: string | null;

  /** Normalized by `normalizePhone`. */
  @Column('text', { nullable: true })
  phone: string | null;

  @Column('jsonb', { nullable: true })
  metadata: Metadata | null;
}

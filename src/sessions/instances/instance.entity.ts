import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SharedSettings } from './shared-settings.js';

/** A running instance. Documents the schema; `InstancesRepository` uses SQL. */
@Entity('instances')
export class Instance {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'instances_pkey' })
  id: string;

  @Column('jsonb')
  settings: SharedSettings;

  @Column({ type: 'timestamptz', name: 'seen_at', precision: 3, default: () => 'now()' })
  seenAt: Date;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../../common/database/instant-column.js';
import type { SharedSettings } from './shared-settings.js';

/** A running instance. Documents the schema; `InstancesRepository` uses SQL. */
@Entity('instances')
export class Instance {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'instances_pkey' })
  id: string;

  @Column('jsonb')
  settings: SharedSettings;

  @InstantColumn({ name: 'seen_at', default: () => 'now()' })
  seenAt: Date;
}

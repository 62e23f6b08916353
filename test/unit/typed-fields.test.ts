import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { toDto } from '../../src/common/validation/dto.pipe.js';
import {
  BooleanField,
  DecimalField,
  IntegerField,
  ListField,
} from '../../src/common/validation/typed-fields.js';

class Item {
  @IntegerField(1, 10) count?: number | null;
  @BooleanField() isGift?: boolean | null;
  @DecimalField(8, 2) price?: string | null;
  @ListField(Object, 2, { isRequired: false }) parts?: unknown[] | null;
}

describe('fields of other types than text', () => {
  it.each([
    { count: 1, isGift: true, price: '12.50', parts: [{}] },
    { count: 10, isGift: false, price: '-0.5' },
    { count: null, isGift: null, price: null, parts: null },
    {},
  ])('accept %j', async (body) => {
    expect(await toDto(Item, body, '')).toEqual(body);
  });

  it.each([
    [{ count: '1' }, '/count', 'type'],
    [{ count: 1.5 }, '/count', 'type'],
    [{ count: 11 }, '/count', 'range'],
    [{ count: 0 }, '/count', 'range'],
    [{ isGift: 'true' }, '/isGift', 'type'],
    [{ isGift: 1 }, '/isGift', 'type'],
    [{ price: 12.5 }, '/price', 'type'],
    [{ price: '12.505' }, '/price', 'format'],
    [{ price: '1234567' }, '/price', 'format'],
    [{ price: '.5' }, '/price', 'format'],
    [{ parts: {} }, '/parts', 'type'],
    [{ parts: [] }, '/parts', 'length'],
    [{ parts: [1, 2, 3] }, '/parts', 'length'],
  ])('refuse %j at %s', async (body, pointer, code) => {
    await expect(toDto(Item, body, '/at')).rejects.toMatchObject({
      errors: [{ pointer: `/at${pointer}`, code }],
    });
  });
});

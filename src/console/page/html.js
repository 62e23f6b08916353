/** Preact and its hooks, with htm for the markup. */
import { h } from 'preact';
import htm from 'htm';

export * from 'preact/hooks';
export const html = htm.bind(h);

import { h } from 'preact';
import htm from 'htm';

export const html = htm.bind(h);

export const ICON = new URL('./icon.svg', import.meta.url).href;

import type { Plugin } from 'vite';

export function readCatalogue(language: string): Record<string, string>;
export function messageTypes(texts: Record<string, string>): string;
export function parameterTypes(text: string): Map<string, string>;
export function messagesPlugin(): Plugin;

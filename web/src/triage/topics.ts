/** Finding what it is about, by what callers say, in Vietnamese or English, with or without accents. Pure. */

import type { Both, Complaint, Level, Protocol } from "../api/types";
import { plain } from "../store/select";

/** Something that callers call about: a complaint, or a chapter of the protocol. */
export interface Topic {
  id: string;
  level: Level;
  name: Both;
  /** Other words for it. */
  said: string[];
}

export interface FoundTopic extends Topic {
  /** The caller's words that speak of it; null when somebody typed for it. */
  heard: string | null;
}

const wordsOf = (one: Complaint): string[] => [
  one.name.vi,
  one.name.en,
  ...(one.synonyms?.vi ?? []),
  ...(one.synonyms?.en ?? []),
];

export const complaintTopics = (complaints: readonly Complaint[]): Topic[] =>
  complaints.map((one) => ({ id: one.code, level: one.level, name: one.name, said: wordsOf(one) }));

/** A chapter is found by its own name and by all that its complaints are called. */
export function chapterTopics(protocol: Protocol, complaints: readonly Complaint[]): Topic[] {
  return Object.values(protocol.chapters).map((chapter) => ({
    id: chapter.id,
    level: chapter.level,
    name: chapter.name,
    said: complaints.filter((one) => chapter.complaints?.includes(one.code)).flatMap(wordsOf),
  }));
}

/**
 * Those that fit what is typed: what has its very accents first, then what is called just that, then names that begin
 * with it; before anything is typed, those that the caller's words
 * speak of, the longest of their words first, and then the rest as they stand.
 */
export function findTopics(topics: readonly Topic[], typed: string, words: string): FoundTopic[] {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  if (!wanted.length) return byWords(topics, words);
  const [exact, bare] = [` ${typed.trim().normalize("NFC").toLowerCase()}`, plain(typed)];
  const rank = (one: Topic): number => {
    if (exact !== ` ${bare}` && one.said.some((said) => ` ${said.toLowerCase()}`.includes(exact))) return 0;
    if (one.said.some((said) => plain(said) === bare)) return 1;
    if ([one.name.vi, one.name.en].some((name) => plain(name).startsWith(bare))) return 2;
    return one.said.some((said) => ` ${plain(said)}`.includes(` ${bare}`)) ? 3 : 4;
  };
  return topics
    .filter((one) => {
      const text = plain([one.name.vi, one.name.en, ...one.said, one.id].join(" "));
      return wanted.every((word) => text.includes(word));
    })
    .map((one) => ({ ...one, heard: null }))
    .sort((a, b) => rank(a) - rank(b));
}

function byWords(topics: readonly Topic[], words: string): FoundTopic[] {
  const text = ` ${plain(words).replace(/[^\p{L}\p{N}]+/gu, " ")} `;
  const found = topics.map((one) => ({ ...one, heard: longestIn(text, one.said) }));
  return [
    ...found.filter((one) => one.heard).sort((a, b) => b.heard!.length - a.heard!.length),
    ...found.filter((one) => !one.heard),
  ];
}

function longestIn(text: string, said: readonly string[]): string | null {
  const heard = said.filter((one) => text.includes(` ${plain(one)} `));
  return heard.sort((a, b) => b.length - a.length)[0] ?? null;
}

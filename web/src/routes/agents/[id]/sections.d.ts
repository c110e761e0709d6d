/** The parts of an agent's page; each has an address of its own. */
export declare const sections: readonly ["overview", "health", "configuration", "components", "history"];
export type Section = (typeof sections)[number];
export declare const sectionWords: Record<Section, string>;
export declare function toSection(text: string | null): Section;

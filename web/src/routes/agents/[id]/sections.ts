/** The parts of an agent's page; each has an address of its own. */
export const sections = ['overview', 'health', 'configuration', 'components', 'history'] as const;
export type Section = (typeof sections)[number];

export const sectionWords: Record<Section, string> = {
  overview: 'Overview',
  health: 'Health',
  configuration: 'Configuration',
  components: 'Components',
  history: 'History',
};

export function toSection(text: string | null): Section {
  return sections.find((section) => section === text) ?? 'overview';
}

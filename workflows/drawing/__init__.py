"""Pictures of definitions: as SVG, as text for a terminal, as Mermaid. Pure: values to text."""

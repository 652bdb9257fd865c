"""What an equation becomes: numbers (numpy, torch) and text (LaTeX, MathML, JavaScript, GLSL). One file each."""

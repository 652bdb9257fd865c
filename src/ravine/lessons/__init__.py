"""The course: lessons and quizzes as data. Drop a file into a folder of course/ and it takes part."""

from ravine.lessons.lesson import Lesson
from ravine.lessons.parts import Part, course, lesson, part_of, parts

__all__ = ["Lesson", "Part", "course", "lesson", "part_of", "parts"]

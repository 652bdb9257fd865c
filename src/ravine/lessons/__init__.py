"""The course: lessons and quizzes as data. Drop a file into course/ and it takes part."""

from ravine.lessons.lesson import Lesson, course, lesson

__all__ = ["Lesson", "course", "lesson"]

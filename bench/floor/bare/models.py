from django.conf import settings
from django.db import models


class Answer(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    chapter = models.PositiveSmallIntegerField()
    question = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "chapter", "question"], name="one_an_answer")
        ]

    def __str__(self) -> str:
        return "an answer"

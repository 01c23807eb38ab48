"""``{% load crisis %}``: help on the pages of Django's admin, which Django's own engine draws."""

from django import template

from workbook.crisis.templating import crisis_banner, disclaimer

register = template.Library()
register.simple_tag(crisis_banner)
register.simple_tag(disclaimer)

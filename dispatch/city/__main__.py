"""`python -m dispatch.city`: the city commands by themselves."""

from dispatch.city.commands import city_app, matrix, route

city_app.command("matrix")(matrix)
city_app.command("route")(route)
city_app()

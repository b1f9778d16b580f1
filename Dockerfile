# One image for web, worker and beat; docker-compose.yml says which command each runs.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/srv/var

# Its own layer: code changes every day, the pins do not.
COPY requirements.txt /srv/app/
RUN pip install --no-cache-dir -r /srv/app/requirements.txt

# The code belongs to root: the account that serves it cannot change it.
COPY . /srv/app
RUN useradd --uid 10001 --no-create-home --home-dir /srv/var reform \
    && install -d -o reform -g reform -m 700 /srv/var
USER reform
WORKDIR /srv/app
VOLUME /srv/var
EXPOSE 8000

# The secret key comes from the environment at run time, so nothing secret is in a layer.
CMD ["gunicorn", "reform_tracker.wsgi:application", "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--preload", "--workers", "2", "--threads", "4", \
     "--no-control-socket"]

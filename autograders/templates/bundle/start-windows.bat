@echo off
rem Opens the course; a double click is enough.
chcp 65001 >nul
cd /d "%~dp0"
where py >nul 2>nul
if not errorlevel 1 (
  py -3 start.py %*
  goto end
)
where python >nul 2>nul
if not errorlevel 1 (
  python start.py %*
  goto end
)
echo Python 3.11 or newer is missing; see README.md.
echo 缺少 Python 3.11 或更新的版本；请看 README.zh.md。
:end
if errorlevel 1 pause

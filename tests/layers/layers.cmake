# SPDX-FileCopyrightText: 2026 The QIpc authors
# SPDX-License-Identifier: MIT
#
# Holds the table at the top of src/CMakeLists.txt against the commands that really compile the layers:
# an include of a folder that the table lists for a layer compiles, and any other fails.
#
#   cmake -D SOURCE_DIR=… -D COMPILE_COMMANDS=… -D WORK_DIR=… -D LEFT_OUT=… -P layers.cmake
#
# LEFT_OUT lists the layers that this build was told to leave out.

cmake_minimum_required(VERSION 3.22)
set(ENV{LC_ALL} C)
set(SRC ${SOURCE_DIR}/src)

# Lines such as "#   session    base wire transport": TABLE_session, and PUBLIC_session where the line
# speaks of the public headers.
function(read_table)
    file(STRINGS ${SRC}/CMakeLists.txt lines REGEX "^#   [a-z]+  +")
    set(layers)
    foreach(line IN LISTS lines)
        string(REGEX MATCH "^#   ([a-z]+) +(.*)" _ "${line}")
        set(layer ${CMAKE_MATCH_1})
        string(REGEX MATCHALL "[a-z]+" words "${CMAKE_MATCH_2}")
        list(APPEND layers ${layer})
        set(TABLE_${layer} ${words} PARENT_SCOPE)
        string(FIND "${line}" "public headers" at)
        if(at EQUAL -1)
            set(PUBLIC_${layer} OFF PARENT_SCOPE)
        else()
            set(PUBLIC_${layer} ON PARENT_SCOPE)
        endif()
    endforeach()
    set(LAYERS ${layers} PARENT_SCOPE)
endfunction()

# COMMAND_<layer>: how the files of the layer are compiled, less the file and the object.
function(read_command layer)
    file(READ ${COMPILE_COMMANDS} json)
    string(JSON count LENGTH "${json}")
    math(EXPR last "${count} - 1")
    foreach(i RANGE ${last})
        string(JSON file GET "${json}" ${i} file)
        cmake_path(GET file PARENT_PATH folder)
        if(folder STREQUAL "${SRC}/${layer}")
            string(JSON command GET "${json}" ${i} command)
            string(REGEX REPLACE " -o [^ ]+| -c [^ ]+" "" command "${command}")
            separate_arguments(command UNIX_COMMAND "${command}")
            set(COMMAND_${layer} ${command} -fsyntax-only PARENT_SCOPE)
            return()
        endif()
    endforeach()
    message(FATAL_ERROR "Nothing in ${COMPILE_COMMANDS} compiles ${SRC}/${layer}")
endfunction()

# Compiles <content> as the files of the layer are: the exit status, and what was said.
function(compile layer content status output)
    file(WRITE ${WORK_DIR}/probe.cpp "${content}")
    execute_process(COMMAND ${COMMAND_${layer}} ${WORK_DIR}/probe.cpp
        RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out)
    set(${status} ${code} PARENT_SCOPE)
    set(${output} "${out}" PARENT_SCOPE)
endfunction()

# <header>… can be included by files of the layer.
function(expect_found layer)
    list(TRANSFORM ARGN REPLACE "(.+)" "#include <\\1>\n" OUTPUT_VARIABLE includes)
    string(CONCAT content ${includes})
    compile(${layer} "${content}" status output)
    if(NOT status EQUAL 0)
        message(SEND_ERROR "src/${layer} may include ${ARGN}, but that fails:\n${output}")
    endif()
endfunction()

# None of <header>… can be included by files of the layer. The compiler stops at the first missing
# header: that one is really included, the others are asked for.
function(expect_not_found layer first)
    compile(${layer} "#include <${first}>\n" status output)
    if(status EQUAL 0 OR NOT output MATCHES "No such file|file not found")
        message(SEND_ERROR "src/${layer} finds ${first}, which the table does not list\n${output}")
    endif()
    list(TRANSFORM ARGN REPLACE "(.+)" "#if __has_include(<\\1>)\n#error \\1\n#endif\n"
        OUTPUT_VARIABLE questions)
    string(CONCAT content ${questions})
    compile(${layer} "${content}" status output)
    if(NOT status EQUAL 0)
        message(SEND_ERROR "src/${layer} finds what the table does not list\n${output}")
    endif()
endfunction()

function(check_layer layer)
    read_command(${layer})
    set(visible)
    set(invisible)
    foreach(other IN LISTS LAYERS)
        # What is in subfolders may be for other systems than this one.
        file(GLOB headers RELATIVE ${SRC}/${other} ${SRC}/${other}/*.h)
        file(GLOB_RECURSE all RELATIVE ${SRC} ${SRC}/${other}/*.h)
        if(other STREQUAL layer OR other IN_LIST TABLE_${layer})
            list(APPEND visible ${headers})
        else()
            list(APPEND invisible ${headers})
        endif()
        list(APPEND invisible ${all})
    endforeach()
    if(PUBLIC_${layer})
        list(APPEND visible ${PUBLIC_HEADERS})
    else()
        list(APPEND visible ${BASE_HEADERS})
        list(APPEND invisible ${OTHER_PUBLIC_HEADERS})
    endif()

    set(names ${visible})
    list(REMOVE_DUPLICATES names)
    if(NOT names STREQUAL visible)
        message(SEND_ERROR "src/${layer} sees two headers of one name: ${visible}")
    endif()
    # A layer may use a name that one it cannot see uses too.
    list(REMOVE_ITEM invisible ${visible})
    expect_found(${layer} ${visible})
    expect_not_found(${layer} ${invisible})
endfunction()

# No include goes through "..", which no table could stop.
function(check_spelling)
    file(GLOB_RECURSE files RELATIVE ${SRC} ${SRC}/*.h ${SRC}/*.cpp)
    foreach(file IN LISTS files)
        file(STRINGS ${SRC}/${file} lines REGEX "^[ \t]*#[ \t]*include[ \t]+[\"<]([^\">]*/)?\\.\\./")
        if(lines)
            message(SEND_ERROR "src/${file}: ${lines}")
        endif()
    endforeach()
endfunction()

# Of Qt, the library has Core and Network; whoever does not use QML does not get it. One header is for
# programs that link Qt Gui, and no other file of the library's includes it.
function(check_core)
    file(GLOB_RECURSE files RELATIVE ${SOURCE_DIR} ${SRC}/*.h ${SRC}/*.cpp ${SOURCE_DIR}/include/*.h)
    list(FILTER files EXCLUDE REGEX "^src/qml/|/ipcraisewindow\\.h$")
    foreach(file IN LISTS files)
        file(STRINGS ${SOURCE_DIR}/${file} lines
            REGEX "^[ \t]*#[ \t]*include[ \t]+<(Qt[A-Z]|QIpc/(ipcraisewindow\\.h|IPCRaiseWindow))")
        list(FILTER lines EXCLUDE REGEX "<Qt(Core|Network)/")
        if(lines)
            message(SEND_ERROR "${file}: ${lines}")
        endif()
    endforeach()
endfunction()

read_table()
set(LAYERS_BUILT ${LAYERS})
file(GLOB folders RELATIVE ${SRC} LIST_DIRECTORIES true ${SRC}/*)
foreach(folder IN LISTS folders)
    if(IS_DIRECTORY ${SRC}/${folder} AND NOT folder IN_LIST LAYERS)
        message(SEND_ERROR "The table does not have src/${folder}")
    endif()
endforeach()

file(GLOB PUBLIC_HEADERS RELATIVE ${SOURCE_DIR}/include ${SOURCE_DIR}/include/QIpc/*.h)
set(BASE_HEADERS ${PUBLIC_HEADERS})
list(FILTER BASE_HEADERS INCLUDE REGEX "/ipc(error|result|limits|credentials)\\.h$")
set(OTHER_PUBLIC_HEADERS ${PUBLIC_HEADERS})
list(REMOVE_ITEM OTHER_PUBLIC_HEADERS ${BASE_HEADERS})

check_spelling()
check_core()
list(REMOVE_ITEM LAYERS_BUILT "" ${LEFT_OUT})
foreach(layer IN LISTS LAYERS_BUILT)
    check_layer(${layer})
endforeach()
